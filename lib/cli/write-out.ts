import type { Document } from '../reporting/document.ts';
import { FolderOfRecord, writeDocument } from '../reporting/write-document.ts';
import type { DocumentPaths } from '../reporting/write-document.ts';
import { CommandError, exitCode } from './exit-code.ts';

/**
 * Writes a document where a command was told to.
 *
 * @throws CommandError with exit code 64 when that is the folder of a record.
 */
export function writeOut(folder: string, name: string, document: Document, json: unknown): DocumentPaths {
  try {
    return writeDocument(folder, name, document, json);
  } catch (error) {
    throw error instanceof FolderOfRecord ? new CommandError(error.message, exitCode.usage, { cause: error }) : error;
  }
}
