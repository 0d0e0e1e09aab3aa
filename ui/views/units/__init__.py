"""单位与联络员: units, groups, mergers, people."""
