// Runs machine code of its own that asks the kernel for a socket.
// ends: failed
// says: ^Refused: the kernel answered -97
// mov eax, 41; mov edi, 2; mov esi, 1; xor edx, edx; syscall; ret
byte[] code = [0xB8, 41, 0, 0, 0, 0xBF, 2, 0, 0, 0, 0xBE, 1, 0, 0, 0, 0x31, 0xD2, 0x0F, 0x05, 0xC3];
var answer = Run(code);
return answer >= 0 ? Breach($"{answer}") : throw new Refused($"the kernel answered {answer}");
