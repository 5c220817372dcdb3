// What each LLM API looks like on the wire, as pure functions and data.
export {};
