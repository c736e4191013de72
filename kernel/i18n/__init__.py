"""Product texts of the server: error titles and details. Chinese is the source language."""
