-- The cheapest step of the price ladder that applies to this tier now, or the plain price.
CREATE FUNCTION price_now(p_reward reward, p_tier text, p_now timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN least(p_reward.price_points, (
        SELECT min(points) FROM reward_price
        WHERE reward_id = p_reward.id AND (tier_id IS NULL OR tier_id = p_tier)
            AND (valid_from IS NULL OR valid_from <= p_now)
            AND (valid_to IS NULL OR p_now < valid_to)));
END $$;
