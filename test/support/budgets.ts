// Budgets that many tests give their sidecar.

/** One with room for all they ask. */
export const AMPLE = `
budgets:
  - id: total
    limits: [$5/day]
`;

/** One with room for all they ask, and one of the team `poor` that no call ever fits into. */
export const AMPLE_AND_POOR = `
budgets:
  - id: total
    limits: [100000000 tokens/day]
  - id: poor
    match: { team: [poor] }
    limits: [1 tokens/day]
    onShortage: [deny]
`;
