// A program that does nothing, to time its start and end.
console.log('{}');
