projects-title = Projects
projects-heading = { $n ->
    [0] No project yet
    [one] One project
   *[other] { $n } projects
  }
projects-note = A project is a niche with a perspective. Everything you make belongs to one.
projects-new = New project
projects-new-title = What is this project about?
projects-edit-title = What this project believes
projects-form-note = Every prompt carries these words and every draft is held against them.
projects-edit = Edit
projects-empty = Begin with one sentence about what you make and for whom.
projects-empty-wait = You are in no project yet. An owner or a producer lets you in.
projects-name = Name
projects-name-help = As your team calls it.
projects-niche = Niche
projects-niche-help = A noun, as in: Chinese opera.
projects-perspective = Perspective
projects-perspective-help = One sentence the project stands for. For example: opera is gossip with drums.
projects-audience = Audience
projects-audience-help = Who watches, and what they know already.
projects-stance = Stance
projects-stance-raw = Raw
projects-stance-note-raw = As it was found, a person in front of the camera
projects-stance-crafted = Crafted
projects-stance-note-crafted = Written, cut and polished by people with tools
projects-stance-synthetic = Synthetic
projects-stance-note-synthetic = Pictures or voices made by a model, and labelled so
projects-style = Style guide
projects-style-help = Words to use and to avoid, rhythm, names as you spell them.
projects-locale = Language
projects-locale-help = The language you write first in.
projects-zone = Time zone
projects-zone-help = Where your working day is.
projects-markets = Markets
projects-markets-help = One a line: a language tag and a zone, as in vi-VN Asia/Ho_Chi_Minh.
projects-created = “{ $name }” is ready. Collect the first ideas.
projects-saved = Saved. New drafts follow it from now on.
projects-bin = Move to the bin
projects-bin-note = The bin keeps it for thirty days with everything in it.
projects-bin-sample = Remove the sample project
projects-bin-sample-note = It was only to look at. The bin keeps it for thirty days.
projects-binned = “{ $name }” is in the bin.
projects-export = Export as files
