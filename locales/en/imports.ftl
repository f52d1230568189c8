# Imports
imports-title = Imports
imports-lead = Numbers from elsewhere. The same file twice changes nothing, and a row that cannot be read costs that row only.
imports-none-title = Nothing was imported yet
imports-none = A file of randomised headline tests becomes experiments with every arm, its counts and what they prove.
imports-kind = What the file holds
imports-kind-headline-tests = Headline tests: one row for each variant of a randomised test
imports-file = File
imports-file-help = CSV in UTF-8, at most 64 MB. Needed: test, headline, impressions, clicks. Welcome: picture, week.
imports-upload = Look at the file
imports-col-file = File
imports-col-added = Added
imports-col-unchanged = Unchanged
imports-col-refused = Refused
imports-col-when = When
imports-state-uploaded = waits for your look
imports-state-queued = running
imports-state-done = done
imports-state-failed = failed
imports-show-uploaded = Look before it is added
imports-show-queued = The file is being read in
imports-show-failed = The file could not be read in
imports-show-done = { $n ->
    [0] Nothing new in this file
    [one] One row was added
   *[other] { $n } rows were added
  }
imports-columns = Columns
imports-columns-help = Which header of the file is which. Change what was guessed wrong.
imports-column-test = Test
imports-column-headline = Headline
imports-column-impressions = Impressions
imports-column-clicks = Clicks
imports-column-eyecatcher = Picture
imports-column-week = Year and week
imports-column-none = not in the file
imports-column-apply = Look again
imports-preview-added = { $n ->
    [one] One row would be added
   *[other] { $n } rows would be added
  }
imports-preview-tests = { $n ->
    [0] No new test
    [one] One new test
   *[other] { $n } new tests
  }
imports-preview-unchanged = { $n ->
    [0] No row is there already
    [one] One row is there already
   *[other] { $n } rows are there already
  }
imports-preview-refused = { $n ->
    [0] No row is refused
    [one] One row is refused
   *[other] { $n } rows are refused
  }
imports-start = Add them
imports-discard = Throw the file away
imports-discarded = The file is gone. Nothing was added.
imports-first-rows = First rows
imports-refused-rows = Refused rows
imports-refused-none = Every row could be read.
imports-col-line = Line
imports-col-why = Why
imports-col-shown = Row
imports-more-refused = { $n } more are not listed.
imports-progress = { $done } of { $of } rows
imports-progress-waiting = Waiting for its turn
imports-to-experiments = See the experiments
imports-back = All imports
imports-figure-rows = Rows in the file
import-error-kind = “{ $name }” is not a kind of file that can be imported; there is: headline-tests.
import-error-empty = The file is empty.
import-error-columns = The file has no column for: { $name }. Name it with a map of columns to headers.
import-error-utf8 = The row is not UTF-8 text. Save the file as “CSV UTF-8”.
import-error-open-quote = A quotation mark is opened and never closed.
import-error-after-quote = Something follows a closing quotation mark.
import-error-too-long = The row is longer than 64 kB.
import-error-fields = The row has { $n } fields, the header { $need }. A comma inside a text needs quotation marks around it.
import-error-blank = { $name } is empty.
import-error-long = { $name } is too long.
import-error-characters = { $name } holds characters that cannot be shown, or a line break.
import-error-number = { $name } must be a whole number, not “{ $value }”.
import-error-clicks = { $n } clicks cannot come from { $need } impressions.
import-error-week = “{ $value }” is not a year and a week, as in 201446.
import-error-changed = The row was imported before with { $n } clicks of { $need } impressions; imported numbers are not changed.
import-stopped = The import was stopped. Rows of whole tests that were added stay; the rest follows when the file is imported again.
imports-error-gone = The uploaded file is not there any more. Upload it again.
imports-error-no-file = Choose a file.
imports-refused-state = This import has already been started.
