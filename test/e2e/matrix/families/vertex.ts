// @google/genai against Vertex AI.
import type { GoogleGenAI } from '@google/genai';
import { geminiCallStyles } from '../../../support/call-styles-gemini.ts';
import type { Family } from '../family.ts';
import { clientAt, family as gemini } from './gemini.ts';

export const family: Family = {
  ...gemini,
  title: 'Vertex AI',
  provider: 'gcp.vertex_ai',
  styles: geminiCallStyles.filter(({ onlyGemini }) => !onlyGemini),
  clientOf: (sdk: { GoogleGenAI: typeof GoogleGenAI }, options) =>
    clientAt(sdk, { ...options, vertexai: true }),
};
