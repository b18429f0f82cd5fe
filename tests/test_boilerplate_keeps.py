"""No news is cut as boilerplate, even where it begins with the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.boilerplate import CUT, without_boilerplate

BEFORE = "The harbour board fined two ferry lines on Monday for sharing their timetables."
AFTER = "Both lines said they would appeal, and the board expects a ruling by spring."

# What an article itself may say.
ARTICLE = [
    "Netflix said sign-ups for its cheaper plan rose in the quarter.",
    "Subscribers rose by a tenth, the newsletter publisher said.",
    "Subscribe or leave: that is the choice the service gives its customers, the board said.",
    "The Platow newsletter said on Friday that the bank would be sold.",
    "“Sign up for our newsletter,” the message read, and thousands did.",
    "Sign up for the ferry before noon, the line told its passengers.",
    "Related companies were searched too.",
    "Read together, the two rulings leave little room.",
    "This article of the treaty forbids such agreements.",
    "The story was told first by a deckhand.",
    "Follow-up talks are planned.",
    "Related in Law to the ferry case is the bridge case, the board said.",
    "More from both lines. It will last.",
    "Trending on the exchange were shares of both lines.",
    "Share prices fell by four percent.",
    "Copyright holders complained to the board.",
    "All rights to the route were sold in 2019.",
    "Reporting rules will change in May.",
    "With AP Moller the board reached a settlement.",
    "Cookies and other trackers were at the heart of the case.",
    "By registering the trade mark, the line kept others out.",
    "Get ready for higher fares, the union said.",
    "More on-board sales did not help.",
    "Ann Example is a reporter for The Tide, and was arrested on Monday.",
    "Health Canada covers the cost for most patients.",
    "To contact the ship, the coast guard used lamps.",
    "Listen to the sailors, she said.",
    "Advertisement sales fell.",
    "Download speeds in the port doubled.",
]

# News of newsletters, subscriptions, reporters, copyright, cookies and messengers: one at least for each rule.
NEWS = [
    "Reporting by The Wall Street Journal says OpenAI weighed an antitrust complaint against Microsoft.",
    "The report was published by the competition authority and finds Microsoft abused its dominance.",
    "The article was published in the Official Journal and sets out the remedies.",
    "This article appeared to breach antitrust law, the court said.",
    "With inputs from the FTC, the antitrust case goes on.",
    "Copyright 2024 suits against OpenAI now include an antitrust claim.",
    "Follow the antitrust case on X.",
    "All rights reserved to Microsoft under the antitrust settlement will lapse.",
    "Get the deal done or face an antitrust suit, free of charge, in newsletters every regulator reads.",
    "Editing by regulators of the merger remedy was criticised in court.",
    "Sign up pages for free email alerts tricked Amazon customers, the FTC said.",
    "Sign up for Substack newsletters quickly turned into a paid plan.",
    "Sign on to the settlement by email, class members were told.",
    "Sign up for our newsletter was all the pop-up said, and the regulator called it a dark pattern.",
    "Subscribe to Open, a maker of newsletters, goes to Axel Springer for $20 million.",
    "Subscribe for updates or lose the warranty is how Microsoft treats its rivals.",
    "Register your claim in the Google case by email.",
    "Register to vote alerts on Facebook drew a probe.",
    "Join our newsletter was the button that a court banned.",
    "Sign up now for the class action against Meta.",
    "Subscribe now or pay later: Microsoft's new terms face a probe.",
    "To get the merger cleared, sign up to remedies and updates every year is the advice of lawyers.",
    "Get the Morning Brew newsletter business for $75 million, and Axel Springer has the young.",
    "Receive the fine in your inbox: Brussels now serves decisions by email.",
    "Get all email alerts off the phone, Apple told developers.",
    "Get the daily newsletter out of Microsoft's hands, the publisher told the judge.",
    "By continuing to use WhatsApp you agree to share data with Facebook, the regulator found.",
    "By clicking on one button you accept a monopoly.",
    "The newsletter gives you a monopoly on gossip, the judge told Axios.",
    "Unsubscribe links now have to be here, on the first page.",
    "For more information on Google's privacy policy, Brussels gave Alphabet two weeks.",
    "This form is protected by privilege.",
    "Abonnieren Sie den Newsletter, sagte das Gericht, sei keine Einwilligung.",
    "Abonnez-vous à la newsletter, a dit le tribunal, est une publicité.",
    "Suscríbete al boletín, dijo Microsoft a sus clientes.",
    "Follow us on X, Musk told the advertisers he sued.",
    "Like us, OpenAI depends on Facebook.",
    "Find our complaint against Meta on Facebook, the group says.",
    "Follow suit on WhatsApp is what rivals want Brussels to do.",
    "Follow Microsoft on YouTube rules or leave the market, Google told rivals.",
    "Join the WhatsApp antitrust group action, lawyers told users.",
    "Join the Telegram channel ban or pay, Moscow told Google.",
    "Share this report with Microsoft, the court ordered.",
    "Share this page of the contract and OpenAI loses its exclusivity.",
    "Click here to subscribe buttons were banned.",
    "Click to share on Facebook was found to track users.",
    "Click over to Bing to read more of the Times for free was Microsoft's offer.",
    "Download the Epic app on iPhones and Apple takes a fee.",
    "Download our rivals' app for free, Google told regulators.",
    "Already a member of the cartel, Samsung pays.",
    "Subscribe to keep Xbox games on rival clouds is Microsoft's remedy.",
    "Sign in to continue with Google is at the heart of the antitrust case.",
    "To keep reading, users must have a Kindle account.",
    "To continue reading, Microsoft’s Copilot needs a licence from the Times.",
    "Enable cookies in Chrome and Google wins, rivals say.",
    "Subscribe on Apple Podcasts and a third goes to Apple.",
    "Listen to this interview with Microsoft's chief to see why Brussels worries.",
    "Read more on Microsoft's screens and less on paper is the trend.",
    "Read more in the antitrust complaint against Microsoft.",
    "Read the full report on Google and Meta.",
    "Story continues below expectations for Disney's streaming unit.",
    "Article continues after appeal to bind Microsoft.",
    "Advertisement is Google's business, and a monopoly.",
    "Folgen Sie uns auf Facebook, sagte Meta den Händlern.",
    "We use cookies, Google told the court.",
    "We use cookies to follow rivals' customers, an engineer of Google wrote.",
    "This website uses cookies unlawfully, the court found.",
    "Our partners use cookies, said Meta.",
    "Wir verwenden Cookies, sagte Google dem Gericht.",
    "This content is exclusive to Netflix subscribers, and rivals complain.",
    "This story is free to members of the jury who ruled on Google.",
    "You have read about free stories before: Apple pays for them.",
    "Copyright 2023 claims by the Times go to trial.",
    "Copyright 2023 Microsoft Suit Goes To Trial.",
    "© 2024 is what OpenAI left out of its answers.",
    "Copyright holders want all rights reserved against OpenAI.",
    "All rights reserved by the Times bar OpenAI from its archive.",
    "Tous droits réservés à Microsoft prendront fin.",
    "This material may not be used by OpenAI to train models, the judge said.",
    "This content must not be copied by Microsoft before the merger closes.",
    "This story was first reported in March, and Microsoft has since settled.",
    "This article was first published by the FTC and accuses Microsoft of abuse.",
    "This report was published by the European Commission.",
    "This report first appeared to clear Microsoft.",
    "This column appears in evidence against Google.",
    "A version of this report published in Brussels leaves Microsoft out.",
    "A version of this story appeared on Facebook before the ban on OpenAI took effect.",
    "First published by The Information, the report has Microsoft facing an antitrust complaint.",
    "Originally published in Brussels as a draft, the decision fines Apple.",
    "This story has not been edited by Microsoft, OpenAI told the judge.",
    "With agency inputs missing, Microsoft closed the deal.",
    "With input from Microsoft, OpenAI drafted the contract.",
    "Additional reporting by banks is part of the remedy.",
    "Compiled by ChatGPT, the brief cites cases that do not exist.",
    "Writing by machines is at issue in the suit.",
    "To contact the reporters of the Times, Microsoft needs leave of the court.",
    "Contact between Microsoft and OpenAI broke down.",
    "Email sent at noon shows Microsoft knew.",
    "Related: the court also fined Apple.",
    "Read: the remedy will not be cheap.",
    "More: Microsoft owns a fifth of the newsletter.",
    "Watch: that is what the FTC does now.",
    "More from Microsoft than from Google, rivals say.",
    "Most read of all newsletters is the one that Axel Springer bought.",
    "Sponsored by Microsoft, the study finds no abuse.",
    "Advertise with us or vanish is how rivals see Google.",
    "Top stories carousels favour Google.",
    "Latest news on Facebook costs publishers dear.",
    "Newsletters are what Substack lives from.",
    "Recommended for you is a Netflix row that a court looks at.",
    "You may also like Microsoft less after the ruling.",
    "Editors' picks by Apple News harm rivals.",
    "In case you missed it: Microsoft owns LinkedIn.",
    "Keep reading the contract, the judge told Microsoft.",
    "Copyright © is missing from what OpenAI shows.",
    "Post a comment on the settlement by May, the FTC says.",
    "Subscribe to Microsoft.",
]

# At the end of an article, where authors are introduced.
PEOPLE = [
    "Ann Example is the harbour board’s chief economist and a former editor who opened the case.",
    "Ann Example is a reporter for The Tide, and was arrested on Monday.",
    "Ann Example is a reporter who sued Microsoft over his articles.",
    "Blue Shield covers the treatment for California state workers.",
    "Three economists contributed to this report, the board said.",
    "Lobbying by Microsoft contributed to this report being shelved.",
    "Ann Example is a reporter at The Tide. She reported that Microsoft faces an antitrust complaint.",
    "Nova Oil is the biggest producer in Europe.",
    "Nova Word is the editor of choice for monopolists.",
]


@pytest.mark.parametrize("sentence", ARTICLE + NEWS)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_news_that_begins_as_boilerplate_does_stays_whole(sentence: str, between: str) -> None:
    text = between.join((BEFORE, sentence, AFTER))
    assert without_boilerplate(text) == text


@pytest.mark.parametrize("sentence", NEWS + PEOPLE)
@pytest.mark.parametrize("between", [" ", "\n"])
def test_news_at_the_end_stays_whole(sentence: str, between: str) -> None:
    text = between.join((BEFORE, AFTER, sentence))
    assert without_boilerplate(text) == text


@pytest.mark.parametrize("sentence", NEWS)
def test_news_alone_stays_whole(sentence: str) -> None:
    assert without_boilerplate(sentence) == sentence


@given(st.lists(st.sampled_from(ARTICLE + NEWS), min_size=1, max_size=6), st.sampled_from([" ", "\n", "\n\n"]))
def test_news_after_news_stays_whole(sentences: list[str], between: str) -> None:
    text = between.join((BEFORE, *sentences, AFTER))
    assert CUT not in without_boilerplate(text)
