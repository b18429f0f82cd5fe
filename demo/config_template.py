"""The config.yaml of the demo: the newsroom's feeds, and topics as in the shipped file but shorter."""

from collections.abc import Mapping
from string import Template

_CONFIG = Template("""\
# Written by `wirewatch demo`: the feeds are a small newsroom on this machine.
# Everything they report is invented.
service:
  contact: demo@example.org
  database: wirewatch.db

feeds:
$feeds
topics:
  - name: Antitrust complaints
    keywords: [antitrust, anticompetitive, anti-competitive, competition complaint, abuse of dominance,
               unfair terms]
    all: [OpenAI, Microsoft]
    exclude: [board game, quiz, what you missed]
    # A story is told again when it reaches a higher stage.
    stages:
      - considering: [weigh, consider, discuss, threaten, think about, may report]
      - filed: [file, lodge, complaint, complain, accuse]
      - case opened: [open case, open antitrust case, open investigation, investigation opened,
                      opened an investigation, opened a formal antitrust case]
      - decided: [rule against, fine, prohibit, settle, close its case]
    channels: [console]
  - name: Partnership and renegotiation
    query: OpenAI Microsoft (renegotiate OR restructuring OR "revenue share" OR exclusivity OR stake)
    exclude: [board game, quiz, what you missed]
    stages:
      - in talks: [talks, negotiate, renegotiate]
      - agreed in outline: [agree outline, agree the outline, preliminary deal, agree in principle]
      - signed: [sign, finalize]
    channels: [console]
  - name: Rival cloud deals
    keywords: [Oracle, SoftBank, Stargate]
    all: [OpenAI]
    exclude: [theatre, box set, baseball, what you missed]
    stages:
      - in talks: [talks, negotiate, consider]
      - agreed: [sign, agree, order, win]
      - confirmed: [confirm]
      - running: [switch on, go live, come online]
    channels: [console]
  - name: Microsoft's own models
    keywords: [in-house model, own model, home-grown model]
    all: [Microsoft]
    channels: [console]

channels:
  console: {url: "console://"}
""")


def config_text(feeds: Mapping[str, str], *, every: str = "1s") -> str:
    """Return a complete config.yaml watching these feeds (name to address), each polled `every` so often."""
    lines = (
        f'  - {{name: "{name}", address: "{address}", every: {every}, allow_private: true}}\n'
        for name, address in feeds.items()
    )
    return _CONFIG.substitute(feeds="".join(lines))
