"""What arrived: guarded, hashed, recognised, stored unchanged, and recorded in a ledger of deliveries."""
