"""What config.yaml may say, as JSON Schema for editors."""

from datetime import time, timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from scheduler.config_schema import ConfigFile
from stories.durations import write_duration


class _AsWritten(GenerateJsonSchema):
    """A schema whose defaults stand as people write them."""

    def encode_default(self, dft: Any) -> Any:
        """Return a default as it would stand in the file."""
        if isinstance(dft, time):
            return f"{dft:%H:%M}"
        return write_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the configuration, made from the settings of all rooms."""
    schema = ConfigFile.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    return {"$schema": GenerateJsonSchema.schema_dialect, **schema, "title": "wirewatch config.yaml"}
