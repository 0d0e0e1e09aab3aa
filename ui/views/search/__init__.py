"""查找: where was that?"""
