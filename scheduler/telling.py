"""A kept article is matched with the topics, each match is decided on, and what is to be told is written."""

from dataclasses import replace
from functools import cached_property

from alerts.deciding import Circumstances, Decision, Reason, Told, asks_for_news, decide, highest, is_risen
from alerts.evidence import to_json
from alerts.facts import to_json as update_to_json
from alerts.matching import Match
from alerts.news import MOST_KNOWN, news_in
from alerts.reporting import role_of_report
from alerts.stages import Stage, StageIndex
from alerts.update_rule import UpdateKind
from scheduler.arrival import Arrival, Counts
from scheduler.watch import Watch
from stories.account import Account, Role, account_of
from stories.failpoints import Point, reach
from stories.model import ArchivedArticle, Article
from stories.outlets import outlet_of
from stories.store import Store
from stories.store_alerts import add_alert, outcome_of_match, save_match
from stories.store_articles import article_by_id, articles_told_with
from stories.store_mutes import mute_over, mutes_at
from stories.store_restore import mark_as_possible_repeat
from stories.store_stages import raise_stage, stages_reached
from stories.store_story_list import StoryArticle, articles_beside, telling_in
from stories.store_telling import StoryAlert, alerts_counting_for
from stories.text import fold

_MOST_TELLINGS = 200  # of a story, by which is decided what another article is to it: a headline may come without end
_MOST_READ = 20  # articles of those who are credited, the latest
_FINAL = frozenset(
    {Reason.TOLD, Reason.UPDATE, Reason.ALREADY_TOLD, Reason.BASELINE, Reason.SILENT, Reason.MUTED, Reason.RESTORED}
)


def judge(
    store: Store, archived: ArchivedArticle, article: Article, watch: Watch, arrival: Arrival, *, is_edit: bool = False
) -> Counts:
    """Match an article, decide on each match, and write match, decision, alert and outbox rows.

    What was decided before stands, but for an edit that tells a higher stage than was known.
    """
    counts = Counts()
    beside = _Beside(store, archived)
    for match in watch.topics.match(article, feed=arrival.feed_name):
        is_decided = outcome_of_match(store, archived.id, match.topic) in _FINAL
        if is_decided and not (is_edit and _can_rise(article, match, watch)):
            continue
        at = _circumstances(beside, article, match, watch, arrival)
        decision = decide(match, article, at)
        if is_decided and not is_risen(at):
            continue
        if is_decided and not decision.is_told:
            raise_stage(store, archived.id, match.topic, decision.stage)
            continue
        alert_id = _tell(store, archived, match, decision, watch, arrival) if decision.is_told else None
        save_match(
            store,
            article_id=archived.id,
            topic=match.topic,
            evidence=to_json(match.evidence + match.excluded),
            outcome=decision.reason,
            reason=decision.because,
            alert_id=alert_id,
            now=arrival.now,
            stage=decision.stage,
        )
        counts += Counts(
            matches=int(not match.is_excluded),
            alerts=int(decision.is_told),
            updates=int(decision.reason is Reason.UPDATE),
        )
    return counts


def _can_rise(article: Article, match: Match, watch: Watch) -> bool:
    return (
        not match.is_excluded
        and watch.topic_of[match.topic].updates.kind is UpdateKind.STAGES
        and watch.stages.stage_of(article, match.topic) is not None
    )


class _Beside:
    """The story beside one of its articles, read when it is first asked for: one reading for all topics."""

    def __init__(self, store: Store, archived: ArchivedArticle) -> None:
        self.store = store
        self.archived = archived

    @cached_property
    def listed(self) -> list[StoryArticle]:
        """The articles of the story, of many some, this one among them."""
        return articles_beside(self.store, self.archived.id, self.archived.story_id, most=_MOST_TELLINGS)

    @cached_property
    def account(self) -> Account:
        """Who told the story."""
        return account_of([telling_in(each) for each in self.listed])

    @cached_property
    def own(self) -> StoryArticle:
        """The article itself."""
        return next(each for each in self.listed if each.id == self.archived.id)


def _circumstances(beside: _Beside, article: Article, match: Match, watch: Watch, arrival: Arrival) -> Circumstances:
    store, archived = beside.store, beside.archived
    topic = watch.topic_of[match.topic]
    stages = tuple(stage.name for stage in topic.stages)
    at = Circumstances(
        now=arrival.now,
        is_baseline=arrival.is_baseline,
        is_silent=arrival.is_silent,
        is_before_backup=arrival.is_before_backup(article),
        muted=_muted(store, archived, match.topic, arrival),
        alert_if_younger_than=arrival.baseline_age,
        updates=topic.updates,
        stages=stages,
        stage=watch.stages.stage_of(article, match.topic),
        reached=highest(stages_reached(store, archived.story_id, match.topic), stages) if stages else None,
    )
    told = alerts_counting_for(store, archived.story_id, match.topic)
    if not told or match.is_excluded:
        return at
    listed, account, credits = beside.listed, beside.account, beside.own.credits
    role = role_of_report(article, account.roles[archived.id], credits)
    credited = tuple(dict.fromkeys(each.outlet for each in credits if each.outlet != outlet_of(archived.article)))
    known = (
        articles_told_with(store, archived.id, told=[alert.article_id for alert in told], most=MOST_KNOWN)
        if asks_for_news(topic.updates, role, is_told=True)
        else []
    )
    return replace(
        at,
        told=_told(told, stages),
        role=role,
        origin=account.origin,
        copied=_copied(listed, archived.id),
        credited=credited,
        is_stage_here=(
            at.stage is not None
            and role in (Role.RETELLING, Role.COPY)
            and _is_stage_here(beside, at.stage, credited, watch.stages, match.topic)
        ),
        news=news_in(article, [each.article for each in known]) if known else None,
    )


def _muted(store: Store, archived: ArchivedArticle, topic: str, arrival: Arrival) -> str | None:
    mutes = mutes_at(store, arrival.now)
    mute = mute_over(store, mutes, topic=topic, story_id=archived.story_id, article_id=archived.id) if mutes else None
    return str(mute) if mute else None


def _told(alerts: list[StoryAlert], stages: tuple[str, ...]) -> Told:
    return Told(
        first_at=alerts[0].created_at,
        at=alerts[-1].created_at,
        stage=highest((alert.stage for alert in alerts), stages),
        headline=alerts[-1].headline,
    )


def _copied(listed: list[StoryArticle], article_id: str) -> str | None:
    """Return the outlet of the article that another one is a near copy of."""
    by_id = {each.id: each for each in listed}
    original = by_id.get(by_id[article_id].copy_of or "")
    return original.article.outlet if original else None


def _is_stage_here(beside: _Beside, stage: Stage, credited: tuple[str, ...], stages: StageIndex, topic: str) -> bool:
    """Whether an article that this one copies, or one of an outlet that it credits, tells the stage itself.

    The words of the stage anywhere in what is copied are enough: a copy did not find them out.
    """
    store, copy_of = beside.store, beside.own.copy_of
    words = [fold(each.words) for each in stage.evidence]
    original = article_by_id(store, copy_of) if copy_of else None
    if original and any(word in fold(_said(original.article)) for word in words):
        return True
    own = [each.id for each in beside.listed if each is not beside.own and outlet_of(each.article) in credited]
    for own_id in dict.fromkeys([*filter(None, [copy_of]), *own[-_MOST_READ:]]):
        read = article_by_id(store, own_id)
        reached = stages.stage_of(read.article, topic) if read else None
        if reached and reached.rank >= stage.rank:
            return True
    return False


def _said(article: Article) -> str:
    return f"{article.title}\n{article.summary}\n{article.text}"


def _tell(
    store: Store, archived: ArchivedArticle, match: Match, decision: Decision, watch: Watch, arrival: Arrival
) -> int:
    alert_id = add_alert(
        store,
        topic=match.topic,
        story_id=archived.story_id,
        article_id=archived.id,
        headline=archived.article.title,
        channels=watch.topic_of[match.topic].channels,
        now=arrival.now,
        is_update=decision.reason is Reason.UPDATE,
        stage=decision.stage,
        news=update_to_json(decision.update),
        is_past=arrival.is_past,
    )
    if arrival.may_be_told_already(archived.article):
        mark_as_possible_repeat(store, alert_id)
    reach(Point.AFTER_OUTBOX_INSERT)
    return alert_id
