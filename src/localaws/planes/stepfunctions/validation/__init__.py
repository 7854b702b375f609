"""Whether a text is a definition (AWS: ValidateStateMachineDefinition; the Amazon States Language)."""
