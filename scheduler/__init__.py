"""When things happen, and the way in: config, timetable, ingest, service, commands."""
