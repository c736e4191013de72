"""What backups register in the application."""

from app.backup.routes import LOCALES, router
from kernel.module import Module

MODULE = Module(name="backup", locales=LOCALES, routers=(router,))
