// Jest keeps a hundred frames of every error; a simulation makes thousands that are part of its work (refusals, conflicts).
Error.stackTraceLimit = 20;
