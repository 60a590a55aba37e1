// Recurses without end.
// ends: failed
// says: ended by signal 6
static int Deeper(int n) => Deeper(n + 1) + 1;
return Breach($"{Deeper(0)}");
