"""Roster import (学员名册导入): a workbook becomes seats, all of it or nothing."""
