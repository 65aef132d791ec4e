"""A value that operators and optimisers change while games run."""

from django.db import models


class Tunable(models.Model):
    """A value that is tuned while games run; game.tunables has its default and its bounds."""

    name = models.CharField(max_length=80, primary_key=True)
    value = models.FloatField()
    reason = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name}={self.value:g}"
