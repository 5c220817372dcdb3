// The program of the matrix in CommonJS: it requires the SDK.
const sdk: unknown = require(process.env['MATRIX_SDK'] ?? '');
const { runProgram } = require('./program.ts') as typeof import('./program.ts');

void runProgram(sdk);
