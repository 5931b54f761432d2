"""Pure decisions about data: labels, the schema profile, compatibility, judging values."""
