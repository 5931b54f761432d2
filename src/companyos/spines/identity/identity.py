"""What identity keeps hot in one process: keys, the seal, the password hasher."""

from dataclasses import dataclass

from companyos.kernel.house import House
from companyos.kernel.ports.keys import KeyRing

from .passwords import Passwords
from .sealing import Seal
from .settings import IdentitySettings
from .signing import Signing


@dataclass(frozen=True, slots=True)
class Identity:
    """The parts that the issuer and the authenticator share; found by `identity_of(house)`."""

    house: House
    settings: IdentitySettings
    signing: Signing
    seal: Seal
    passwords: Passwords

    @classmethod
    def open(cls, house: House) -> "Identity":
        keys = house.adapter(KeyRing)
        settings = house.settings_of(IdentitySettings)
        return cls(house, settings, Signing(house, keys), Seal(keys), Passwords(settings))

    @property
    def issuer(self) -> str:
        """The issuer identifier: the public URL."""
        return self.house.public_url

    @property
    def audience(self) -> str:
        """The audience of access tokens: the API."""
        return self.settings.audience or f"{self.house.public_url}/api/v1"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us over TLS, so that cookies can say so."""
        return self.issuer.startswith("https://")


def identity_of(house: House) -> Identity:
    """The identity of this house; the spine puts it there when it starts."""
    return house.adapter(Identity)
