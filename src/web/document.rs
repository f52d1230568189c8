//! The OpenAPI document of everything below `/api/v1`, put together from the routes.

use super::Spec;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathsBuilder, Required, SecurityRequirement, ServerBuilder};

/// `base` is the base path of the public URL, "" when there is none.
pub fn document(spec: Spec, base: &str) -> OpenApi {
    let mut paths = PathsBuilder::new();
    for (path, mut item) in spec.paths {
        if let Some(operation) = item.post.as_mut().filter(|operation| operation.responses.responses.contains_key("201")) {
            repeatable(operation);
        }
        paths = paths.path(path, item);
    }
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    let components = ComponentsBuilder::new().schemas_from_iter(spec.schemas).security_scheme("bearer", bearer).build();
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Troupe").version(env!("CARGO_PKG_VERSION")).build())
        .servers(Some([ServerBuilder::new().url(if base.is_empty() { "/" } else { base }).build()]))
        .paths(paths)
        .components(Some(components))
        .security(Some([SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]))
        .build()
}

/// Every creating call goes through [`super::create`], which takes the key.
fn repeatable(operation: &mut Operation) {
    let key: Parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("1 to 255 characters. The same key with the same body gets the first answer again; with another body it is refused"))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).build()))
        .build();
    operation.parameters.get_or_insert_default().push(key.into());
}
