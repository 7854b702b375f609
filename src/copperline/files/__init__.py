"""Deliveries: from a file in copper to a pending entry of every table that reads it.

Knows no Spark, and builds no client: whoever calls passes the clients in.
"""
