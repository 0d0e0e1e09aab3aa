"""An optional second reader: a language model of the office's own, whose word is only a doubt."""
