"""Nothing risky is done unseen: every high-risk action can be shown before it is done."""

from companyos.app.compose import parts


def test_every_high_risk_action_has_a_preview_and_every_preview_is_of_an_action() -> None:
    found = parts()
    risky = {action.name for part in found for action in part.actions if action.risk == "high"}
    known = {action.name for part in found for action in part.actions}
    shown = {name for part in found for name in part.previews}
    assert risky and not risky - shown, "give these a maker in the manifest's `previews`"
    assert not shown - known, "these are previews of no action"
