"""The same cited answers in a team's Slack: what it sends is kept, answered through the one queue, and posted.

    Slack -> routes.py or Socket Mode -> app.py -> inbox.py -> answering.py -> replying.py -> posting.py -> Slack

credentials.py  the SLACK_ variables                connection.py  who we are there, and what runs
routes.py       the signature before all else       app.py         Bolt: stored, then acknowledged
events.py       what is something to answer         inbox.py       until it is answered
channels.py     which documents a channel may see   answering.py   the worker
blocks.py       Answer -> Block Kit                 packing.py     blocks -> messages, and their plainer forms
text.py         escaping and cuts                   replying.py    status, growing message, the whole answer
streaming.py    a message that grows                posting.py     threads, responses, long and refused messages
calls.py        429, broken connections             limiter.py     Slack's tiers
pausing.py      a job's steps and pauses            manifest.py    the app to make
quiet.py        what the log may hold
"""
