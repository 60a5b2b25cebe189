"""Who somebody is: enrolment, accounts, handover, the directory."""
