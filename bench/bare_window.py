"""The least that a Kivy program can be: one label; says READY=1 after its first frame."""

import sdnotify
from kivy.config import Config

Config.set("graphics", "width", "1080")
Config.set("graphics", "height", "1920")
Config.set("graphics", "multisamples", "0")

from kivy.app import App  # noqa: E402 - the configuration comes before the window
from kivy.core.window import Window  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


class BareApp(App):  # type: ignore[misc]  # kivy has no types
    """One label in a window of the kiosk's size."""

    def build(self) -> Label:
        Window.bind(on_flip=self._drawn)
        return Label(text="bare")

    def _drawn(self, *_: object) -> None:
        sdnotify.SystemdNotifier().notify("READY=1")


if __name__ == "__main__":
    BareApp().run()
