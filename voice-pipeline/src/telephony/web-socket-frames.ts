/**
 * A client's WebSocket frames (RFC 6455, 5.2) from the pieces in which they come, put together to messages. What comes whole is
 * not copied: a message is a view of the piece, unmasked in place. Knows no socket.
 */

export interface FrameEvents {
  message(payload: Buffer, isBinary: boolean): void;
  ping(payload: Buffer): void;
  /** @param code 1005 when none was given */
  close(code: number): void;
  /** Not a WebSocket's: nothing is read any more. @param code what the other end is to be told */
  broken(code: number): void;
}

const opcodes = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const codes = { protocol: 1002, noCode: 1005, tooBig: 1009 } as const;
const mostOfControl = 125;
const noBytes = Buffer.alloc(0);

const unmask = (data: Buffer, from: number, to: number, keyAt: number): void => {
  for (let index = from; index < to; index += 1)
    data[index] = (data[index] ?? 0) ^ (data[keyAt + ((index - from) & 3)] ?? 0);
};

/** What a close frame may give as its reason; the rest is reserved, or means that there was no such frame. */
const isCloseCode = (code: number): boolean =>
  (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);

export class Frames {
  readonly #mostBytes: number;
  readonly #on: FrameEvents;
  /** Pieces of a frame whose end has not come, and how many bytes it takes to read on. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #neededBytes = 0;
  /** The parts of a message that goes on, and of which kind it is; null between messages. */
  #parts: { isBinary: boolean; bytes: number; payloads: Buffer[] } | null = null;
  #isOver = false;

  /** @param mostBytes of one message */
  constructor(mostBytes: number, on: FrameEvents) {
    this.#mostBytes = mostBytes;
    this.#on = on;
  }

  /** The piece is changed, and not needed afterwards. */
  take(piece: Buffer): void {
    if (this.#isOver) return;
    let data = piece;
    if (this.#waitingBytes > 0) {
      this.#waiting.push(Buffer.from(piece));
      this.#waitingBytes += piece.length;
      // Not before: who sends byte by byte must not have all of it copied each time.
      if (this.#waitingBytes < this.#neededBytes) return;
      data = Buffer.concat(this.#waiting);
      this.#waiting = [];
    }
    let from = 0;
    for (let size = 1; size > 0 && !this.#isOver; from += size) size = this.#readFrame(data, from);
    this.#waitingBytes = data.length - from;
    if (this.#waitingBytes > 0) this.#waiting.push(Buffer.from(data.subarray(from)));
  }

  /** Its size; 0 when it is not there to its end, or not to be read. */
  #readFrame(data: Buffer, from: number): number {
    const there = data.length - from;
    const first = data[from] ?? 0;
    const second = data[from + 1] ?? 0;
    const short = second & 0x7f;
    const start = short < 126 ? 6 : short === 126 ? 8 : 14;
    if (there < start) return this.#needs(start);
    const opcode = first & 0x0f;
    const isLast = (first & 0x80) !== 0;
    const isControl = opcode >= opcodes.close;
    const isMasked = (second & 0x80) !== 0;
    if ((first & 0x70) !== 0 || !isMasked || (isControl && (!isLast || short > mostOfControl)))
      return this.#break(codes.protocol);
    const length =
      short < 126
        ? short
        : short === 126
          ? data.readUInt16BE(from + 2)
          : data.readUInt32BE(from + 2) * 2 ** 32 + data.readUInt32BE(from + 6);
    if (!isControl && (this.#parts?.bytes ?? 0) + length > this.#mostBytes) return this.#break(codes.tooBig);
    if (there < start + length) return this.#needs(start + length);
    const begin = from + start;
    const end = begin + length;
    unmask(data, begin, end, begin - 4);
    const payload = length === 0 ? noBytes : data.subarray(begin, end);
    if (isControl) this.#control(opcode, payload);
    else this.#part(opcode, isLast, payload);
    return start + length;
  }

  #needs(bytes: number): 0 {
    this.#neededBytes = bytes;
    return 0;
  }

  #break(code: number): 0 {
    this.#isOver = true;
    this.#on.broken(code);
    return 0;
  }

  #control(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) this.#on.ping(payload);
    else if (opcode === opcodes.close) {
      const code = payload.length === 0 ? codes.noCode : payload.length === 1 ? 0 : payload.readUInt16BE(0);
      if (code !== codes.noCode && !isCloseCode(code)) this.#break(codes.protocol);
      else {
        this.#isOver = true;
        this.#on.close(code);
      }
    } else if (opcode !== opcodes.pong) this.#break(codes.protocol);
  }

  #part(opcode: number, isLast: boolean, payload: Buffer): void {
    const parts = this.#parts;
    const isFirst = opcode === opcodes.text || opcode === opcodes.binary;
    if (isFirst === (parts !== null) || (!isFirst && opcode !== opcodes.more)) {
      this.#break(codes.protocol);
      return;
    }
    if (isFirst && isLast) {
      this.#on.message(payload, opcode === opcodes.binary);
      return;
    }
    const all = parts ?? { isBinary: opcode === opcodes.binary, bytes: 0, payloads: [] };
    all.payloads.push(Buffer.from(payload));
    all.bytes += payload.length;
    this.#parts = isLast ? null : all;
    if (isLast) this.#on.message(Buffer.concat(all.payloads), all.isBinary);
  }
}
