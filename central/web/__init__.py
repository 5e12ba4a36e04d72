"""The pages for people, by Django. So far one that says what this service is."""
