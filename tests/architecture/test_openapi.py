"""The API's own description makes a client that reads well."""

from companyos.cli.about import description


def test_no_two_shapes_share_a_name() -> None:
    shapes = description()["components"]["schemas"]
    unclear = [name for name in shapes if "__" in name]
    assert shapes and not unclear, f"{unclear} share a name with another shape: call the classes differently"
