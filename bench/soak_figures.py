"""What a long run is measured by: memory, descriptors, threads and files of the service, every few seconds."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import psutil

WARM_UP_SECONDS = 60.0  # of each life, which do not count for a slope


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One look at a service process, some `seconds` after it began, when so many polls had been made in all."""

    life: int
    seconds: float
    polls: int
    memory_mb: float
    descriptors: int
    threads: int
    wal_mb: float


@dataclass(slots=True)
class Figures:
    """All samples of all lives of a service."""

    samples: list[Sample] = field(default_factory=list)

    def look(self, pid: int, database: Path, *, life: int, seconds: float, polls: int) -> None:
        """Take a sample, if the process is there."""
        wal = database.with_name(database.name + "-wal")
        try:
            process = psutil.Process(pid)
            with process.oneshot():
                self.samples.append(
                    Sample(
                        life=life,
                        seconds=seconds,
                        polls=polls,
                        memory_mb=process.memory_info().rss / 1e6,
                        descriptors=process.num_fds(),
                        threads=process.num_threads(),
                        wal_mb=wal.stat().st_size / 1e6 if wal.exists() else 0.0,
                    )
                )
        except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied, FileNotFoundError):
            return

    def slope(self, figure: str) -> float | None:
        """Return by how much a figure grows in 10,000 polls: least squares within the lives, without their warm-up."""
        by_life: dict[int, list[tuple[float, float]]] = defaultdict(list)
        for each in self.samples:
            if each.seconds >= WARM_UP_SECONDS:
                by_life[each.life].append((each.polls / 10_000, float(getattr(each, figure))))
        above = below = 0.0
        for points in by_life.values():
            mid_x, mid_y = (sum(values) / len(points) for values in zip(*points, strict=True))
            above += sum((x - mid_x) * (y - mid_y) for x, y in points)
            below += sum((x - mid_x) ** 2 for x, _ in points)
        return above / below if below else None

    def most(self, figure: str) -> float:
        """Return the highest value of a figure."""
        return max((float(getattr(each, figure)) for each in self.samples), default=0.0)

    def show(self) -> None:
        """Print all figures."""
        lives = len({each.life for each in self.samples})
        print(f"service, {len(self.samples)} looks in {lives} lives; slopes without the first minute of each:")
        for figure, name, aim in (
            ("memory_mb", "memory (MB)", "<= 150, slope <= 1"),
            ("descriptors", "file descriptors", "slope 0"),
            ("threads", "threads", "slope 0"),
            ("wal_mb", "WAL (MB)", "<= 64"),
        ):
            values = sorted(float(getattr(each, figure)) for each in self.samples)
            slope = self.slope(figure)
            grows = "no slope, lives too short" if slope is None else f"{slope:+.2f} in 10,000 polls"
            middle = values[len(values) // 2] if values else 0.0
            print(f"  {name:18} median {middle:7.1f}  most {self.most(figure):7.1f}  {grows}  (aim: {aim})")
