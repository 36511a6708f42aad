// Code: written for this purpose; anyone may use it as they like.
export const code = `"""Keeps the newest values of a stream, and tells how they are spread."""
from collections import deque
import math


class Window:
    def __init__(self, size):
        if size < 1:
            raise ValueError("a window holds at least one value")
        self.size = size
        self.values = deque()
        self.total = 0.0
        self.squares = 0.0

    def add(self, value):
        self.values.append(value)
        self.total += value
        self.squares += value * value
        if len(self.values) > self.size:
            oldest = self.values.popleft()
            self.total -= oldest
            self.squares -= oldest * oldest

    def mean(self):
        if not self.values:
            return math.nan
        return self.total / len(self.values)

    def deviation(self):
        count = len(self.values)
        if count < 2:
            return 0.0
        variance = (self.squares - self.total * self.total / count) / (count - 1)
        return math.sqrt(max(0.0, variance))

    def quantile(self, share):
        if not 0.0 <= share <= 1.0:
            raise ValueError("a share lies between 0 and 1")
        ordered = sorted(self.values)
        place = share * (len(ordered) - 1)
        low, high = math.floor(place), math.ceil(place)
        return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def read_numbers(lines):
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            yield float(text)
        except ValueError as error:
            raise ValueError(f"line {number} is no number: {text!r}") from error


def main():
    import sys

    window = Window(size=100)
    for value in read_numbers(sys.stdin):
        window.add(value)
        print(f"{value:.3f} mean {window.mean():.3f} deviation {window.deviation():.3f}")


if __name__ == "__main__":
    main()
`;
