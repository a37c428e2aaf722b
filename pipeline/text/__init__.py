"""What can be said of letters, words, dates, bytes and addresses without knowing what they are for."""
