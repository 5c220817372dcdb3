// The Spendfuse budget authority in process: policy, prices and a store.
export {};
