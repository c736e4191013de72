"""Finding goods (搜索): what a buyer types turned into words, a rank that explains itself, suggestions."""
