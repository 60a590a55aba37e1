// Compiles code at run time and calls it.
// ends: failed
// says: ^(FileNotFound|DirectoryNotFound|UnauthorizedAccess)Exception
var method = new System.Reflection.Emit.DynamicMethod("m", typeof(string), [typeof(string)]);
var code = method.GetILGenerator();
code.Emit(System.Reflection.Emit.OpCodes.Ldarg_0);
code.Emit(System.Reflection.Emit.OpCodes.Call, typeof(File).GetMethod("ReadAllText", [typeof(string)])!);
code.Emit(System.Reflection.Emit.OpCodes.Ret);
return Breach(method.CreateDelegate<Func<string, string>>()($"{Goal("data")}/canary.txt"));
