"""What came in: the record of returns, and answers by mail that wait to be confirmed."""
