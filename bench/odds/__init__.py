"""Simulated couples whose history is told as the pages tell it: how often is what they are told not so?"""
