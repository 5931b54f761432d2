"""The manifest: the one symbol that compose reads."""

from companyos.kernel.domain import Domain

domain = Domain(name="analytics", title="Analytics")
