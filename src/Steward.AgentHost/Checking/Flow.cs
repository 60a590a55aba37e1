using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Steward.AgentHost.Checking;

/// <summary>Where a value comes from, as far as one file tells.</summary>
internal static class Flow
{
    /// <summary>All that a local, a field, a property or a parameter may hold; null stands for what cannot be followed.</summary>
    public static IEnumerable<IOperation?> Values(Inspected at, ISymbol symbol)
    {
        at.Look(at.Operations.Count);
        return Found(at, symbol);
    }

    private static IEnumerable<IOperation?> Found(Inspected at, ISymbol symbol) => symbol switch
    {
        IParameterSymbol { ContainingSymbol: IMethodSymbol method } parameter => Arguments(at, method, parameter),
        IPropertySymbol property when Positional(at, property) is { } parameter => Arguments(at, (IMethodSymbol)parameter.ContainingSymbol, parameter),
        IPropertySymbol { GetMethod: { } getter } property when property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is PropertyDeclarationSyntax { ExpressionBody: { } body } => [at.Model.GetOperation(body.Expression)],
        _ => Written(at, symbol),
    };

    /// <summary>What a method of the file gives back.</summary>
    public static IEnumerable<IOperation?> Returned(Inspected at, IMethodSymbol method) => at.BodyOf(method) is { } body
        ? body.DescendantsAndSelf().OfType<IReturnOperation>().Where(one => one.ReturnedValue is not null && Enclosing(one) is null).Select(one => one.ReturnedValue)
        : [null];

    private static IEnumerable<IOperation?> Written(Inspected at, ISymbol symbol)
    {
        foreach (var operation in at.Operations)
        {
            switch (operation)
            {
                case IVariableDeclaratorOperation one when Same(one.Symbol, symbol):
                    if ((one.Initializer ?? (one.Parent as IVariableDeclarationOperation)?.Initializer) is { } initializer)
                    {
                        yield return initializer.Value;
                    }
                    else if (one.Parent is IForEachLoopOperation each)
                    {
                        yield return each.Collection;
                    }

                    break;
                case IFieldInitializerOperation one when one.InitializedFields.Any(field => Same(field, symbol)):
                    yield return one.Value;
                    break;
                case IPropertyInitializerOperation one when one.InitializedProperties.Any(property => Same(property, symbol)):
                    yield return one.Value;
                    break;
                case ISimpleAssignmentOperation one when Same(Target(one.Target), symbol):
                    yield return one.Value;
                    break;
                case ICompoundAssignmentOperation one when Same(Target(one.Target), symbol):
                    yield return null;
                    break;
                case ICoalesceAssignmentOperation one when Same(Target(one.Target), symbol):
                    yield return one.Value;
                    break;
                case IDeconstructionAssignmentOperation one:
                    foreach (var value in Part(one.Target, one.Value, symbol))
                    {
                        yield return value;
                    }

                    break;
                case IDeclarationPatternOperation one when Same(one.DeclaredSymbol, symbol):
                    yield return Matched(one);
                    break;
                case IRecursivePatternOperation one when Same(one.DeclaredSymbol, symbol):
                    yield return Matched(one);
                    break;
                case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } one when Same(Target(one.Value is IDeclarationExpressionOperation declared ? declared.Expression : one.Value), symbol):
                    yield return one;
                    break;
                case IForEachLoopOperation { LoopControlVariable: IDeclarationExpressionOperation { Expression: ITupleOperation names } } one when names.Elements.ToList().FindIndex(element => Same(Target(element), symbol)) is var index and >= 0:
                    // A list that holds what is taken out of it is gone into once.
                    foreach (var element in at.Once(one, () => Elements.Of(at, one.Collection)))
                    {
                        yield return Elements.Part(at, element, index);
                    }

                    break;
            }
        }
    }

    // var (a, b) = (x, y)
    private static IEnumerable<IOperation?> Part(IOperation target, IOperation value, ISymbol symbol)
    {
        target = target is IDeclarationExpressionOperation declared ? declared.Expression : target;
        value = value is IConversionOperation converted ? converted.Operand : value;
        if (target is not ITupleOperation names)
        {
            return Same(Target(target), symbol) ? [value] : [];
        }

        return value is ITupleOperation values && values.Elements.Length == names.Elements.Length
            ? names.Elements.Zip(values.Elements).SelectMany(pair => Part(pair.First, pair.Second, symbol))
            : names.Elements.Any(element => Same(Target(element is IDeclarationExpressionOperation inner ? inner.Expression : element), symbol)) ? [null] : [];
    }

    private static IEnumerable<IOperation?> Arguments(Inspected at, IMethodSymbol method, IParameterSymbol parameter)
    {
        var any = false;
        foreach (var arguments in at.Operations.Select(operation => operation switch
        {
            IInvocationOperation call when Same(call.TargetMethod.OriginalDefinition, method.OriginalDefinition) => call.Arguments,
            IObjectCreationOperation made when made.Constructor is { } constructor && Same(constructor.OriginalDefinition, method.OriginalDefinition) => made.Arguments,
            _ => default,
        }).Where(arguments => !arguments.IsDefault))
        {
            foreach (var argument in arguments.Where(argument => argument.Parameter?.Ordinal == parameter.Ordinal))
            {
                any = true;
                yield return argument.Value;
            }
        }

        // A lambda's parameter is what the sequence that it is given to holds.
        if (!any && method.MethodKind == MethodKind.AnonymousFunction && method.DeclaringSyntaxReferences[0].GetSyntax().FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } linq && at.Model.GetOperation(linq) is IInvocationOperation over && parameter.Ordinal == 0)
        {
            any = true;
            yield return over.Instance ?? over.Arguments[0].Value;
        }

        if (!any)
        {
            yield return null;
        }
    }

    private static IParameterSymbol? Positional(Inspected at, IPropertySymbol property) => property.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax() is ParameterSyntax syntax ? at.Model.GetDeclaredSymbol(syntax) as IParameterSymbol : null;

    private static IOperation? Matched(IOperation pattern)
    {
        var parent = pattern.Parent;
        return parent is IIsPatternOperation matched ? matched.Value : null;
    }

    private static ISymbol? Target(IOperation operation) => operation switch
    {
        ILocalReferenceOperation one => one.Local,
        IFieldReferenceOperation one => one.Field,
        IPropertyReferenceOperation one => one.Property,
        IParameterReferenceOperation one => one.Parameter,
        IDeclarationExpressionOperation one => Target(one.Expression),
        _ => null,
    };

    private static IOperation? Enclosing(IOperation operation)
    {
        for (var one = operation.Parent; one is not null; one = one.Parent)
        {
            if (one is IAnonymousFunctionOperation or ILocalFunctionOperation && one.Parent is not null && one.Syntax is not MethodDeclarationSyntax)
            {
                return one is ILocalFunctionOperation ? null : one;
            }
        }

        return null;
    }

    private static bool Same(ISymbol? one, ISymbol? other) => SymbolEqualityComparer.Default.Equals(one, other);
}
