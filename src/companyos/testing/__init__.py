"""What tests of CompanyOS and of its domains stand on."""
