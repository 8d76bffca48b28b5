# manager: the operations of the state machine, one transaction each.
