"""Use cases, a verb each: load, ask the domain and the rules, append to the docket, queue what is to be sent.

A service takes the session of a unit of work, the actor and the moment. It never commits and never reads the clock.
"""
