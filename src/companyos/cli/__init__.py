"""The command line: `companyos`. It talks HTTP to a CompanyOS, except for what runs one or needs none."""
