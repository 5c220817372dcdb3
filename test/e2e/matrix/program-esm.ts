// The program of the matrix as an ES module: it imports the SDK.
import { runProgram } from './program.ts';

await runProgram(await import(process.env['MATRIX_SDK'] ?? ''));
