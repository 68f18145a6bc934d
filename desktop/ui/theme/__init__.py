"""The look of the program: colours, type, spacing, icons and fonts, each named once."""
