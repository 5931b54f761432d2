"""What operations reaches outside CompanyOS: the deployer, git, and the demo's own deployer."""
