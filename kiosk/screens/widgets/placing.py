"""Widgets stand where a layout's boxes say; nothing moves by itself."""

from typing import Any

from kivy.uix.widget import Widget

from kiosk.screens.theme import Box, Stage


def place(widget: Any, box: Box, stage: Stage) -> None:
    """Put a widget at a box of the design, scaled to the window (Kivy's y goes upwards)."""
    left, below = stage.offset
    widget.size_hint = (None, None)
    widget.size = (box.w * stage.scale, box.h * stage.scale)
    widget.pos = (
        left + box.x * stage.scale,
        below + (stage.height - box.bottom) * stage.scale,
    )


class Hideable(Widget):  # type: ignore[misc]  # Kivy has no types
    """A widget that can be taken out of sight and out of touch's way, and brought back."""

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.shown = True

    def show(self, shown: bool) -> None:
        """Seen and touchable, or neither."""
        self.shown = shown
        self.opacity = 1.0 if shown else 0.0
        self.disabled = not shown

    def on_touch_down(self, touch: Any) -> bool:
        """What is hidden lets touches through: Kivy's disabled widgets would swallow them."""
        return self.shown and bool(super().on_touch_down(touch))


def seen(widget: Any) -> bool:
    """Whether a widget and all around it are shown."""
    while widget is not None and widget is not getattr(widget, "parent", None):
        if getattr(widget, "opacity", 1.0) == 0.0:
            return False
        widget = getattr(widget, "parent", None)
    return True
