"""What a notice means to whoever reads it, and what can be done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """What happened in a few words, for the subject; what it means; what to do; and how it sounds when it is over.

    NAME in what to do is what it is about. Of what passes by itself no end is told: it has none.
    """

    title: str
    means: str
    to_do: str
    over: str
    has_end: bool = True


_WORDS = {
    "offline": NoticeWords(
        title="no server can be reached",
        means="Nothing new is seen until this machine is online again. What is to be sent waits; nothing is lost.",
        to_do="Look at the machine's network and its name server. The feeds are asked on as ever.",
        over="servers are reached again",
    ),
    "failing": NoticeWords(
        title="a feed fails",
        means="What it publishes is not seen meanwhile. It is asked on, less often.",
        to_do="Open its address in a browser; `wirewatch feeds try ADDRESS` says what comes back. If it has moved,"
        " change the address in config.yaml; if it is no more, take it out.",
        over="a feed answers again",
    ),
    "gone": NoticeWords(
        title="a feed is gone for good",
        means="Its server says that it will not come back (410), so it is not asked any more.",
        to_do="Look for its successor with `wirewatch feeds discover SITE`, and change the address in config.yaml, or"
        " take the feed out.",
        over="a feed that was gone answers again",
    ),
    "moved": NoticeWords(
        title="a feed has moved",
        means="It is read at its new address. When the old one stops leading there, it will fail.",
        to_do="Change the address in config.yaml.",
        over="a feed's move is settled",
    ),
    "ids": NoticeWords(
        title="a feed names its articles anew",
        means="Known articles come again under other ids or links. They are known by what stayed the same.",
        to_do="Nothing. Should something come twice, `wirewatch why ARTICLE` says how it was taken.",
        over="a feed keeps its ids again",
    ),
    "channel": NoticeWords(
        title="a channel takes no messages",
        means="What goes to it waits, in order, for seven days. Other channels are served as ever.",
        to_do="`wirewatch test-channel NAME` says what it answers; `wirewatch deliveries` lists what waits.",
        over="a channel takes messages again",
    ),
    "digest": NoticeWords(
        title="nothing new",
        means="No alert came for this digest, and the configuration wants that to be told.",
        to_do="",
        over="",
        has_end=False,
    ),
    "dead": NoticeWords(
        title="messages were given up",
        means="They reached nobody on that channel, and are not tried again by themselves.",
        to_do="`wirewatch deliveries --dead --channel NAME` says why; `wirewatch deliveries retry --dead"
        " --channel NAME` sends them again, `drop` forgets them.",
        over="",
        has_end=False,
    ),
    "config": NoticeWords(
        title="config.yaml has mistakes",
        means="The last good configuration stays in use; nothing of the new one is.",
        to_do="Mend what is named; it is read again as soon as it is saved. `wirewatch check` tells every mistake.",
        over="config.yaml is good again, and in use",
    ),
    "frozen": NoticeWords(
        title="a feed has fallen silent",
        means="It answers as ever, but nothing new came for far longer than usual. Perhaps it is not kept up any more.",
        to_do="Compare it with its site. `wirewatch feeds discover SITE` finds a feed that took its place.",
        over="a feed brings news again",
    ),
    "empty": NoticeWords(
        title="a feed lists nothing any more",
        means="It answers, but without entries, so what is published there is not seen.",
        to_do="Compare it with its site; `wirewatch feeds try ADDRESS` shows what comes.",
        over="a feed has entries again",
    ),
    "errors": NoticeWords(
        title="a feed lists errors in place of news",
        means="What it lists are messages of a bridge or a proxy, so what is published there is not seen.",
        to_do="`wirewatch feeds try ADDRESS` shows them. Mend the bridge, or ask the site itself.",
        over="a feed lists news again",
    ),
    "restored": NoticeWords(
        title="the archive was damaged and replaced by its backup",
        means="What happened between the backup and now may be missing. What feeds still list of it is told again, as a"
        " possible repeat; what is older is not.",
        to_do="Look at the disk. The damaged file lies beside the archive; remove it when you have no use for it.",
        over="",
        has_end=False,
    ),
    "damaged": NoticeWords(
        title="the archive is damaged",
        means="There is no good backup to take its place. It is used as long as that is possible.",
        to_do="`wirewatch export FILE` saves what can be read; `wirewatch restore` takes a copy of yours. Look at the"
        " disk.",
        over="the archive is sound again",
    ),
    "backup": NoticeWords(
        title="no backup could be made",
        means="The archive itself is in use as ever.",
        to_do="Look at the space and the permissions of the folder for backups.",
        over="backups are made again",
    ),
    "canary": NoticeWords(
        title="all is well (a test story)",
        means="",
        to_do="",
        over="",
        has_end=False,
    ),
    "late": NoticeWords(
        title="a test story did not arrive",
        means="Alerts that go to this channel may not arrive, either.",
        to_do="`wirewatch test-channel NAME --canary` tries it now; `wirewatch deliveries` lists what waits.",
        over="test stories arrive again",
    ),
}
_OTHER = NoticeWords(
    title="a notice", means="", to_do="`wirewatch status` shows how everything stands.", over="it is over"
)


def notice_words(kind: str) -> NoticeWords:
    """Return what is to be said with a notice of a kind."""
    return _WORDS.get(kind, _OTHER)
