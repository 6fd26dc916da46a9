application-not_found = there is no application { $application }
application-pending = you have an application under review already: wait for the decision, or withdraw it first
application-decided = this application is { $status } already
application-no_licence = a shop of a company or a brand needs its business licence number
application-licence = a business licence number has from { $least } to { $most } characters, none of them a control character
application-note = a note has at most { $most } characters, none of them a control character
application-no_reason = give a reason, at most 500 characters: the applicant reads it
